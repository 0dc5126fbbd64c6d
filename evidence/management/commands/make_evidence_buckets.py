"""Create the two buckets of the full profile: masters with Object Lock and default retention, copies without."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from evidence.storage.s3 import make_client


class Command(BaseCommand):
    help = "Create the S3 buckets for masters (Object Lock) and working copies, when they are missing."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.EVIDENCE_STORAGE != "s3":
            raise CommandError("EVIDENCE_STORAGE is not s3: there are no buckets to create.")
        client = make_client(
            settings.S3_ENDPOINT_URL, settings.S3_ACCESS_KEY_ID, settings.S3_SECRET_ACCESS_KEY, settings.S3_REGION
        )
        rule = {"DefaultRetention": {"Mode": settings.S3_LOCK_MODE, "Days": settings.EVIDENCE_RETENTION_DAYS}}
        if self._create(client, settings.S3_BUCKET, ObjectLockEnabledForBucket=True):
            client.put_object_lock_configuration(
                Bucket=settings.S3_BUCKET,
                ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule},
            )
        self._create(client, settings.S3_COPIES_BUCKET)

    def _create(self, client: Any, bucket: str, **options: Any) -> bool:
        where = {} if settings.S3_ENDPOINT_URL else {"LocationConstraint": settings.S3_REGION}
        if where:
            options["CreateBucketConfiguration"] = where
        try:
            client.head_bucket(Bucket=bucket)
        except ClientError as error:
            if error.response["Error"]["Code"] not in {"404", "NoSuchBucket"}:
                raise CommandError(f"cannot look for {bucket}: {error.response['Error']['Code']}") from error
        else:
            self.stdout.write(f"{bucket} is there already")
            return False
        client.create_bucket(Bucket=bucket, **options)
        self.stdout.write(f"{bucket} created")
        return True
