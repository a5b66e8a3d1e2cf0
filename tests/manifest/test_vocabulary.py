"""The categories are named in both languages and map to words that exist."""

from __future__ import annotations

from smartcity_share.manifest.vocabulary import categories, kpk_areas

# Categories of publiccode.yml 0.4 this vocabulary may map to (CC0-1.0).
PUBLICCODE = set(
    """accounting agile-project-management applicant-tracking application-development appointment-scheduling backup
    billing-and-invoicing blog budgeting business-intelligence business-process-management cad call-center-management
    cloud-management collaboration communications compliance-management contact-management content-management crm
    customer-service-and-support data-analytics data-collection data-visualization design design-system
    digital-asset-management digital-citizenship document-management donor-management e-commerce e-signature
    educational-content email-management email-marketing employee-management enterprise-project-management
    enterprise-social-networking erp event-management facility-management feedback-and-reviews-management
    financial-reporting fleet-management fundraising gamification geographic-information-systems grant-management
    graphic-design help-desk hr ide identity-management instant-messaging integrated-library-system inventory-management
    it-asset-management it-development it-management it-security it-service-management knowledge-management
    learning-management-system marketing mind-mapping mobile-marketing mobile-payment network-management office
    online-booking online-community payment-gateway payroll predictive-analysis procurement productivity-suite
    project-collaboration project-management property-management real-estate-management regulations-and-directives
    remote-support resource-management sales-management seo service-desk social-media-management survey
    talent-management task-management taxes-management test-management time-management time-tracking translation
    video-conferencing video-editing visitor-management voip warehouse-management web-collaboration web-conferencing
    website-builder whistleblowing workflow-management other""".split()  # noqa: SIM905 - a hundred words read better without quotes
)


def test_every_category_is_named_in_indonesian_and_english() -> None:
    assert len(categories()) >= 30
    assert [entry.id for entry in categories().values() if set(entry.title) != {"id", "en"}] == []


def test_every_category_maps_to_publiccode() -> None:
    assert len(PUBLICCODE) == 106
    assert {word for entry in categories().values() for word in entry.publiccode} <= PUBLICCODE
    assert [entry.id for entry in categories().values() if not entry.publiccode] == []


def test_every_area_of_the_kpk_is_reached_by_a_category() -> None:
    assert {area for entry in categories().values() for area in entry.kpk} == set(kpk_areas())


def test_each_list_of_the_kpk_has_eight_areas() -> None:
    lists = [name for area in kpk_areas().values() for name in area.lists]

    assert {name: lists.count(name) for name in set(lists)} == {"mcp-2021": 8, "mcp-2023": 8}
