"""Every step by its name, so that an operation can be taken up again from its journal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from smartcity_share.install.steps.audit import RecordAct
from smartcity_share.install.steps.backup import RecordBackup, VerifyBackup, WriteBackup
from smartcity_share.install.steps.base import Step
from smartcity_share.install.steps.code import DropCode, StoreCode
from smartcity_share.install.steps.environment import BuildEnvironment, DropEnvironments, StorePackages, SwitchEnvironment
from smartcity_share.install.steps.erasure import Erase, WriteReport
from smartcity_share.install.steps.export import Export, VerifyExport
from smartcity_share.install.steps.hooks import Deprovision, HealthProbe, Provision
from smartcity_share.install.steps.overrides import WriteOverrides
from smartcity_share.install.steps.prove import ProbeRestored, RecordProof
from smartcity_share.install.steps.records import Activate, DropInstallation, RecordInstallation, StopServing
from smartcity_share.install.steps.removal import ForgetRemoval, RecordRemoval, Retire
from smartcity_share.install.steps.restore_code import RecordRestored, RestoreCode, RestoreRegion
from smartcity_share.install.steps.restore_data import CompareRestored, LoadRestored, PutRestored, RestoreSettings
from smartcity_share.install.steps.settings import WriteSecrets, WriteSettings
from smartcity_share.install.steps.states import KeepState, LetGo, NoteRows, RestoreState
from smartcity_share.install.steps.storage import CreateDatabase, CreateFiles, SetAside
from smartcity_share.install.steps.upgrade import AfterUpgrade, CarrySecrets, MigrateTables, SwitchCode

STEPS: Final[Mapping[str, type[Step]]] = {
    kind.name: kind
    for kind in (
        Activate,
        AfterUpgrade,
        BuildEnvironment,
        CarrySecrets,
        CompareRestored,
        CreateDatabase,
        CreateFiles,
        Deprovision,
        DropCode,
        DropEnvironments,
        DropInstallation,
        Erase,
        Export,
        ForgetRemoval,
        HealthProbe,
        KeepState,
        LetGo,
        LoadRestored,
        MigrateTables,
        NoteRows,
        ProbeRestored,
        Provision,
        PutRestored,
        RecordAct,
        RecordBackup,
        RecordInstallation,
        RecordProof,
        RecordRestored,
        RestoreCode,
        RestoreRegion,
        RestoreSettings,
        RecordRemoval,
        RestoreState,
        Retire,
        SetAside,
        StopServing,
        StoreCode,
        StorePackages,
        SwitchCode,
        SwitchEnvironment,
        VerifyBackup,
        VerifyExport,
        WriteBackup,
        WriteOverrides,
        WriteReport,
        WriteSecrets,
        WriteSettings,
    )
}


def step_from_journal(name: str, inputs: Mapping[str, Any]) -> Step:
    """Return the step that was written to a journal.

    Args:
        name: Name of the step.
        inputs: What :meth:`Step.inputs` returned.

    Raises:
        KeyError: No step has this name: a newer version wrote the journal.
    """
    return STEPS[name](**inputs)
