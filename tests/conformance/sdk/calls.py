"""The calls that are compared: operation, a reply that the SDK takes, the call with required values and with all."""

import datetime
import io

from box_sdk_gen import UploadFileAttributes, UploadFileAttributesParentField, UploadFileVersionAttributes
from box_sdk_gen.managers.query import CreateQueryInsightV2026R0Query, CreateQueryV2026R0Query
from box_sdk_gen.schemas.upload_part_plan import UploadPartPlan
from box_sdk_gen.schemas.v2026_r0.query_ancestor_reference_v2026_r0 import QueryAncestorReferenceV2026R0
from box_sdk_gen.schemas.v2026_r0.query_insights_group_by_v2026_r0 import QueryInsightsGroupByV2026R0
from box_sdk_gen.schemas.v2026_r0.query_insights_metric_definition_v2026_r0 import (
    QueryInsightsMetricDefinitionV2026R0,
    QueryInsightsMetricDefinitionV2026R0TypeField,
)
from box_sdk_gen.schemas.v2026_r0.query_order_by_v2026_r0 import (
    QueryOrderByV2026R0,
    QueryOrderByV2026R0DirectionField,
)

TIME = datetime.datetime(2026, 1, 31, 10, 53, 43, tzinfo=datetime.timezone.utc)
SHA1 = "a" * 40
DIGEST = "sha=fpRyg5eVQletdZqEKaFlqwBXJzM="
RANGE = "bytes 0-7/16"
PREDICATE = "box:item:name = :name"


def content():
    return io.BytesIO(b"content")


def parent():
    return UploadFileAttributesParentField(id="0")


def plan():
    return [UploadPartPlan(offset=0, size=8, sha_512="a" * 128)]


def ancestors():
    return [QueryAncestorReferenceV2026R0(id="0", type="folder")]


def metrics():
    kind = QueryInsightsMetricDefinitionV2026R0TypeField.SUM
    return {"total": QueryInsightsMetricDefinitionV2026R0(type=kind, field="box:item:size")}


def order():
    return [QueryOrderByV2026R0(field_key="box:item:name", direction=QueryOrderByV2026R0DirectionField.ASC)]


FILES = {"total_count": 0, "entries": []}
PART = {"part": {"part_id": "1", "offset": 0, "size": 8, "sha1": SHA1}}

CALLS = [
    (
        "post_files_content",
        FILES,
        {
            "required": lambda client: client.uploads.upload_file(
                UploadFileAttributes(name="a.txt", parent=parent()), content()
            ),
            "every": lambda client: client.uploads.upload_file(
                UploadFileAttributes(
                    name="a.txt", parent=parent(), content_created_at=TIME, content_modified_at=TIME
                ),
                content(),
                file_file_name="a.txt",
                file_content_type="text/plain",
                fields=["id", "name"],
                content_md_5=SHA1,
            ),
        },
    ),
    (
        "post_files_id_content",
        FILES,
        {
            "required": lambda client: client.uploads.upload_file_version(
                "1", UploadFileVersionAttributes(name="a.txt"), content()
            ),
            "every": lambda client: client.uploads.upload_file_version(
                "1",
                UploadFileVersionAttributes(name="a.txt", content_modified_at=TIME),
                content(),
                file_file_name="a.txt",
                file_content_type="text/plain",
                fields=["id", "name"],
                if_match="1",
                content_md_5=SHA1,
            ),
        },
    ),
    (
        "post_users_id_avatar",
        {"pic_urls": {}},
        {
            "required": lambda client: client.avatars.create_user_avatar("1", content()),
            "every": lambda client: client.avatars.create_user_avatar(
                "1", content(), pic_file_name="a.png", pic_content_type="image/png"
            ),
        },
    ),
    (
        "put_files_upload_sessions_id",
        PART,
        {
            amount: lambda client: client.chunked_uploads.upload_file_part("1", content(), DIGEST, RANGE)
            for amount in ("required", "every")
        },
    ),
    (
        "post_files_upload_sessions_id_plan",
        {"upload_session_id": "1", "hits": [], "misses": []},
        {
            amount: lambda client: client.chunked_uploads.create_file_upload_session_plan("1", plan())
            for amount in ("required", "every")
        },
    ),
    (
        "post_query_v2026.0",
        {"entries": [], "limit": 1},
        {
            "required": lambda client: client.query.create_query_v2026_r0(
                CreateQueryV2026R0Query(predicate=PREDICATE)
            ),
            "every": lambda client: client.query.create_query_v2026_r0(
                CreateQueryV2026R0Query(predicate=PREDICATE, params={"name": "a"}, ancestors=ancestors()),
                order_by=order(),
                limit=1,
                fields=["box:item:name"],
                marker="a",
            ),
        },
    ),
    (
        "post_query_insights_v2026.0",
        {"insights": []},
        {
            "required": lambda client: client.query.create_query_insight_v2026_r0(
                CreateQueryInsightV2026R0Query(predicate=PREDICATE), metrics()
            ),
            "every": lambda client: client.query.create_query_insight_v2026_r0(
                CreateQueryInsightV2026R0Query(
                    predicate=PREDICATE,
                    params={"name": "a"},
                    ancestors=ancestors(),
                    group_by=[QueryInsightsGroupByV2026R0(field="box:item:name", bucket_limit=1)],
                ),
                metrics(),
            ),
        },
    ),
]
