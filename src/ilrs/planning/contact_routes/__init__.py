"""Contact-graph routing: earliest delivery of bundles over contacts that come and go."""

from ilrs.planning.contact_routes.formats import FORMATS, read_contact_plan
from ilrs.planning.contact_routes.plan import Contact, ContactPlan, make_plan
from ilrs.planning.contact_routes.routes import ContactGraph, Route

__all__ = [
    "FORMATS",
    "Contact",
    "ContactGraph",
    "ContactPlan",
    "Route",
    "make_plan",
    "read_contact_plan",
]
