"""/api/v1/: identity checks. What is on file leaves only beside an answer that was recorded."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api_defaults import actor_of
from suspects.selectors.identity import Grade, identity_page
from suspects.services.identity import SAID_LIMIT, begin_identity_check, end_identity_check, record_answer
from suspects.states import IdentityVerdict


def _said() -> serializers.CharField:
    return serializers.CharField(max_length=SAID_LIMIT * 2, allow_blank=True, default="")


class IdentityIn(serializers.Serializer[Any]):
    """What the person says at once; everything may be asked later."""

    name = _said()
    date_of_birth = _said()
    address = _said()
    birthplace = _said()


class IdentityAnswerIn(serializers.Serializer[Any]):
    question = serializers.CharField(max_length=40)
    about = serializers.CharField(max_length=60, allow_blank=True, default="")
    said = _said()
    refused = serializers.BooleanField(default=False, help_text="They would not say.")


class IdentityVerdictIn(serializers.Serializer[Any]):
    verdict = serializers.ChoiceField(choices=IdentityVerdict.choices)


class IdentityQuestionOut(serializers.Serializer[Any]):
    key = serializers.CharField()
    about = serializers.CharField()
    ask = serializers.CharField()
    hint = serializers.CharField()


class IdentityAnsweredOut(serializers.Serializer[Any]):
    key = serializers.CharField()
    about = serializers.CharField()
    ask = serializers.CharField()
    said = serializers.CharField()
    held = serializers.CharField(help_text="What is on file; shown because it was answered.")
    fits = serializers.BooleanField(allow_null=True, help_text="null: not settled")
    reason = serializers.CharField()
    at = serializers.DateTimeField()


class IdentityOut(serializers.Serializer[Any]):
    """`summary` counts the answers; nothing here says who somebody is."""

    id = serializers.UUIDField()
    person = serializers.UUIDField(source="person_id")
    name = serializers.CharField()
    look_for = serializers.ListField(child=serializers.CharField())
    image = serializers.UUIDField(source="image_id", allow_null=True)
    image_on = serializers.DateField(allow_null=True)
    questions = IdentityQuestionOut(many=True)
    answers = IdentityAnsweredOut(many=True)
    grade = serializers.ChoiceField(choices=[one.value for one in Grade])
    summary = serializers.CharField()
    verdict = serializers.ChoiceField(choices=IdentityVerdict.choices, allow_blank=True)
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


def _shown(request: Request, identity_id: UUID, code: int = status.HTTP_200_OK) -> Response:
    return Response(IdentityOut(identity_page(actor_of(request), identity_id)).data, status=code)


class PersonIdentity(APIView):
    @extend_schema(operation_id="identity_begin", request=IdentityIn, responses={201: IdentityOut})
    def post(self, request: Request, person_id: UUID) -> Response:
        """Begin an identity check of somebody who says that they are this person."""
        given = IdentityIn(data=request.data)
        given.is_valid(raise_exception=True)
        said = {name: text for name, text in given.validated_data.items() if text}
        one = begin_identity_check(actor=actor_of(request), person_id=person_id, said=said)
        return _shown(request, one.pk, status.HTTP_201_CREATED)


class OneIdentity(APIView):
    @extend_schema(operation_id="identity_get", responses=IdentityOut)
    def get(self, request: Request, identity_id: UUID) -> Response:
        return _shown(request, identity_id)


class IdentityAnswers(APIView):
    @extend_schema(operation_id="identity_answer", request=IdentityAnswerIn, responses={201: IdentityOut})
    def post(self, request: Request, identity_id: UUID) -> Response:
        """Record what was said to one question; the answer then shows what we hold."""
        given = IdentityAnswerIn(data=request.data)
        given.is_valid(raise_exception=True)
        record_answer(actor=actor_of(request), identity_id=identity_id, **given.validated_data)
        return _shown(request, identity_id, status.HTTP_201_CREATED)


class IdentityEnd(APIView):
    @extend_schema(operation_id="identity_end", request=IdentityVerdictIn, responses=IdentityOut)
    def post(self, request: Request, identity_id: UUID) -> Response:
        """The officer's verdict; nothing can be asked after it."""
        given = IdentityVerdictIn(data=request.data)
        given.is_valid(raise_exception=True)
        end_identity_check(actor=actor_of(request), identity_id=identity_id, verdict=given.validated_data["verdict"])
        return _shown(request, identity_id)
