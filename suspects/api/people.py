"""/api/v1/: people, vehicles, addresses, organisations, links. Finding somebody is a check: `checks/`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any
from uuid import UUID

from django.db import transaction
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api_defaults import Pages, actor_of
from core.errors import Invalid, TooLarge
from evidence.services import PICTURE_LIMIT
from suspects.api import people_shapes as shapes
from suspects.selectors import people as selectors
from suspects.selectors.cards import address_card, vehicle_card
from suspects.selectors.checks import reason_now
from suspects.selectors.operations import note_look
from suspects.selectors.profile import person_profile
from suspects.services import links, names, people
from suspects.services.addresses import AddressDetails, add_address
from suspects.services.contacts import add_contact_point
from suspects.services.details import PersonDetails
from suspects.services.images import add_image
from suspects.services.marks import MarkDetails
from suspects.services.organisations import add_organisation
from suspects.services.vehicles import add_vehicle
from suspects.services.volume import guard_looks

CREATED = status.HTTP_201_CREATED


class People(APIView):
    """GET: records that lack the POLE minimum, for who may write them. POST records a person."""

    @extend_schema(operation_id="people_incomplete", parameters=[shapes.PageIn], responses=shapes.PersonPageOut)
    def get(self, request: Request) -> Response:
        def read(limit: int, offset: int) -> tuple[int, list[Any]]:
            page = selectors.incomplete_people(actor_of(request), limit=limit, offset=offset)
            return page.count, page.rows

        return Pages().answer(request, read, shapes.PersonOut)

    @extend_schema(operation_id="people_add", request=shapes.PersonIn, responses={201: shapes.PersonOut})
    def post(self, request: Request) -> Response:
        given = _read(shapes.PersonIn, request.data)
        top = {name: given.pop(name) for name in ("source", "source_ref", "unknown_suspect", "name_type")}
        marks = tuple(MarkDetails(**mark) for mark in given.pop("marks"))
        person = people.add_person(actor=actor_of(request), details=PersonDetails(**given), marks=marks, **top)
        return Response(shapes.PersonOut(person).data, status=CREATED)


class OnePerson(APIView):
    @extend_schema(operation_id="people_get", responses=shapes.ProfileOut)
    def get(self, request: Request, person_id: UUID) -> Response:
        """The whole profile. Whoever runs an operation about the person is told who looked."""
        guard_looks(actor_of(request))
        with transaction.atomic():
            note_look(actor_of(request), person_id, "profile")
            profile = person_profile(actor_of(request), person_id, "API", **reason_now(actor_of(request)))
        return Response(shapes.ProfileOut(profile).data)

    @extend_schema(operation_id="people_change", request=shapes.PersonChangeIn, responses=shapes.PersonOut)
    def patch(self, request: Request, person_id: UUID) -> Response:
        given = _read(shapes.PersonChangeIn, request.data)
        version, reason = given.pop("version"), given.pop("reason")
        person = people.change_person(
            actor=actor_of(request), person_id=person_id, version=version, changes=given, reason=reason
        )
        return Response(shapes.PersonOut(person).data)


class PersonNames(APIView):
    @extend_schema(operation_id="people_add_name", request=shapes.NameIn, responses={201: shapes.NameOut})
    def post(self, request: Request, person_id: UUID) -> Response:
        name = names.add_name(actor=actor_of(request), person_id=person_id, **_read(shapes.NameIn, request.data))
        return Response(shapes.NameOut(name).data, status=CREATED)


class PersonIdentifiers(APIView):
    @extend_schema(
        operation_id="people_add_identifier", request=shapes.IdentifierIn, responses={201: shapes.IdentifierOut}
    )
    def post(self, request: Request, person_id: UUID) -> Response:
        """A wrong check letter is kept, `verified` false."""
        given = _read(shapes.IdentifierIn, request.data)
        row, _ = names.add_identifier(actor=actor_of(request), person_id=person_id, **given)
        return Response(shapes.IdentifierOut(row).data, status=CREATED)


class PersonContacts(APIView):
    @extend_schema(operation_id="people_add_contact", request=shapes.ContactIn, responses={201: shapes.ContactOut})
    def post(self, request: Request, person_id: UUID) -> Response:
        given = _read(shapes.ContactIn, request.data)
        row = add_contact_point(actor=actor_of(request), person_id=person_id, **given)
        return Response(shapes.ContactOut(row).data, status=CREATED)


class PictureParser(BaseParser):
    """The body as it came: a picture of at most 10 MB."""

    media_type = "image/*"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, bytes]:
        body: bytes = stream.read(PICTURE_LIMIT + 1)
        if len(body) > PICTURE_LIMIT:
            raise TooLarge()
        return {"body": body}


class PersonImages(APIView):
    parser_classes = (PictureParser,)

    @extend_schema(
        operation_id="people_add_image", parameters=[shapes.ImageQuery], responses={201: shapes.ImageOut},
        request=dict.fromkeys(("image/jpeg", "image/png", "image/webp"), OpenApiTypes.BINARY),
    )  # fmt: skip
    def post(self, request: Request, person_id: UUID) -> Response:
        """The picture is the body. It is decoded here: what it is called does not count."""
        given = _read(shapes.ImageQuery, request.query_params)
        data = request.data.get("body", b"") if isinstance(request.data, dict) else b""
        image = add_image(actor=actor_of(request), person_id=person_id, data=data, **given)
        return Response(shapes.ImageOut(image).data, status=CREATED)


class Vehicles(APIView):
    @extend_schema(operation_id="vehicles_add", request=shapes.VehicleIn, responses={201: shapes.VehicleOut})
    def post(self, request: Request) -> Response:
        kept = add_vehicle(actor=actor_of(request), **_read(shapes.VehicleIn, request.data))
        return Response(shapes.VehicleOut(kept).data, status=CREATED)


class OneVehicle(APIView):
    @extend_schema(operation_id="vehicles_get", responses=shapes.CardOut)
    def get(self, request: Request, vehicle_id: UUID) -> Response:
        guard_looks(actor_of(request))
        return Response(shapes.CardOut(vehicle_card(actor_of(request), vehicle_id)).data)


class Addresses(APIView):
    @extend_schema(operation_id="addresses_add", request=shapes.AddressIn, responses={201: shapes.AddressOut})
    def post(self, request: Request) -> Response:
        details = AddressDetails(**_read(shapes.AddressIn, request.data))
        address = add_address(actor=actor_of(request), details=details)
        return Response(shapes.AddressOut(address).data, status=CREATED)


class OneAddress(APIView):
    @extend_schema(operation_id="addresses_get", responses=shapes.CardOut)
    def get(self, request: Request, address_id: UUID) -> Response:
        guard_looks(actor_of(request))
        return Response(shapes.CardOut(address_card(actor_of(request), address_id)).data)


class Organisations(APIView):
    @extend_schema(
        operation_id="organisations_add", request=shapes.OrganisationIn, responses={201: shapes.OrganisationOut}
    )
    def post(self, request: Request) -> Response:
        row = add_organisation(actor=actor_of(request), **_read(shapes.OrganisationIn, request.data))
        return Response(shapes.OrganisationOut(row).data, status=CREATED)


class OneOrganisation(APIView):
    @extend_schema(operation_id="organisations_get", responses=shapes.OrganisationOut)
    def get(self, request: Request, organisation_id: UUID) -> Response:
        row = selectors.get_organisation(actor_of(request), organisation_id, "API")
        return Response(shapes.OrganisationOut(row).data)


class Links(APIView):
    """GET: the links of one record; POST joins two."""

    @extend_schema(operation_id="links_list", parameters=[shapes.OfIn], responses=shapes.LinkPageOut)
    def get(self, request: Request) -> Response:
        of = _read(shapes.OfIn, request.query_params)

        def read(limit: int, offset: int) -> tuple[int, list[Any]]:
            page = selectors.links_of(actor_of(request), of["end"], of["key"], limit=limit, offset=offset)
            return page.count, page.rows

        return Pages().answer(request, read, shapes.RecordLinkOut)

    @extend_schema(operation_id="links_add", request=shapes.LinkIn, responses={201: shapes.RecordLinkOut})
    def post(self, request: Request) -> Response:
        given = _read(shapes.LinkIn, request.data)
        named = ("person", "other_person", "vehicle", "address", "organisation")
        ends = {name: given.pop(name) for name in named if name in given}
        link = links.add_link(actor=actor_of(request), ends=ends, **given)
        return Response(shapes.RecordLinkOut(link).data, status=CREATED)


class OneLink(APIView):
    @extend_schema(operation_id="links_act", request=shapes.LinkVerbIn, responses=shapes.RecordLinkOut)
    def post(self, request: Request, link_id: UUID) -> Response:
        """Confirm the link, or end it."""
        given, actor = _read(shapes.LinkVerbIn, request.data), actor_of(request)
        if given["verb"] == "confirm":
            link = links.confirm_link(actor=actor, link_id=link_id, source=given["source"])
        else:
            last_day = given["last_day"]
            if last_day is None:
                raise Invalid(fields={"last_day": "Give the last day it held."})
            link = links.end_link(actor=actor, link_id=link_id, last_day=last_day, reason=given["reason"])
        return Response(shapes.RecordLinkOut(link).data)


def _read(shape: type[shapes.Shape], data: Any) -> dict[str, Any]:
    given = shape(data=data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)
