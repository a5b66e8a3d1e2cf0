"""Whether a region is ready for an app, as far as the manifest and the app's probes can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartcity_share.errors import SmartCityError
from smartcity_share.install.profiles import profile_faults_today

if TYPE_CHECKING:
    from smartcity_share.hooks.registry import AppRegistry
    from smartcity_share.install.instance import Instance
    from smartcity_share.install.source import AppSource


def readiness(
    instance: Instance, region: str, source: AppSource, registry: AppRegistry
) -> tuple[tuple[tuple[str, str, str], ...], tuple[str, ...]]:
    """Ask the app's probes whether a region is ready; what an official has to attest is told, not judged.

    Args:
        instance: The instance.
        region: Code of the region.
        source: The app.
        registry: The app, loaded.

    Returns:
        The requirements that keep it from working, each as code, message and mend; and what the person should know.
    """
    from smartcity_share.hooks.region_facts import RegionFacts

    manifest, app = source.manifest, source.app
    profile = instance.profile(region)
    notices = [f"{fault.message}. {fault.mend}" for fault in profile_faults_today(instance, region)]
    kinds = {str(kind) for kind in manifest.audience.region_kinds}
    if kinds and str(profile.kind) not in kinds:
        notices.append(f"the app is made for {', '.join(sorted(kinds))}; this region is a {profile.kind}")
    answers = {}
    if any(one.check == "probe" for one in manifest.requirements):
        try:
            facts = RegionFacts(profile, frozenset(manifest.region_uses))
            answers = {one.requirement: one for one in registry.check_readiness(app, facts)}
        except SmartCityError as error:
            notices.append(f"its readiness could not be checked: {error}")
    unmet = []
    for one in manifest.requirements:
        answer = answers.get(one.id)
        question = one.question.get("en") or next(iter(one.question.values()))
        if one.check == "attested":
            notices.append(f"to be attested ({one.area}): {question}")
        elif answer is None or answer.met is None:
            notices.append(f"could not be checked ({one.area}): {question}")
        elif not answer.met and one.blocking:
            unmet.append(("requirement-unmet", f"{question} {answer.found}".strip(), answer.mend))
        elif not answer.met:
            notices.append(f"not met ({one.area}): {question} {answer.found} {answer.mend}".strip())
    return tuple(unmet), tuple(notices)
