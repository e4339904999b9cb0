"""Runs Box's official Python SDK against a running emulator.

Usage: python python_sdk.py '<the emulator's JSON line, or a file that holds it>'

The emulator must run with --auto-approve. What the SDK accepts without help is evidence that the emulator behaves
like Box where no other reference is at hand.
"""

import hashlib
import io
import json
import os
import random
import sys
import urllib.parse
import urllib.request

from box_sdk_gen import (
    BaseUrls,
    BoxAPIError,
    BoxCCGAuth,
    BoxClient,
    BoxDeveloperTokenAuth,
    BoxOAuth,
    CCGConfig,
    CopyFolderParent,
    CreateFolderParent,
    GetAuthorizeUrlOptions,
    NetworkSession,
    OAuthConfig,
    PreflightFileUploadCheckParent,
    UploadFileAttributes,
    UploadFileAttributesParentField,
    UploadFileVersionAttributes,
)
from box_sdk_gen.managers.search import SearchForContentType

REDIRECT_URI = "http://127.0.0.1:1/callback"
BIG = 21_000_000


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Steps:
    def __init__(self):
        self.passed = 0
        self.failed = 0

    def run(self, name, step):
        try:
            step()
        except Exception as error:  # noqa: BLE001 - every kind of failure is a failed step
            self.failed += 1
            print(f"FAIL {name}: {type(error).__name__}: {str(error)[:600]}")
        else:
            self.passed += 1
            print(f"ok   {name}")


class Peer:
    def __init__(self, facts):
        self.facts = facts
        urls = BaseUrls(base_url=facts["api"], upload_url=facts["upload"], oauth_2_url=facts["oauth2"])
        self.network = NetworkSession(base_urls=urls)
        self.token_client = self.client(BoxDeveloperTokenAuth(token=facts["developer_token"]))
        self.oauth = None
        self.client_in_use = self.token_client
        self.root = None
        self.file = None

    def client(self, auth):
        return BoxClient(auth=auth, network_session=self.network)

    def control(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.facts["control"] + path, data=data)
        with urllib.request.urlopen(request) as reply:
            return json.load(reply)

    # --- signing in

    def sign_in(self):
        config = OAuthConfig(client_id=self.facts["client_id"], client_secret=self.facts["client_secret"])
        self.oauth = BoxOAuth(config)
        address = self.oauth.get_authorize_url(
            options=GetAuthorizeUrlOptions(redirect_uri=REDIRECT_URI, state="a b&c")
        )
        # The SDK writes Box's own address of the page whatever its base URLs are.
        query = address.partition("?")[2]
        opener = urllib.request.build_opener(NoRedirect)
        try:
            opener.open(f"{self.facts['oauth2']}/authorize?{query}")
            raise AssertionError("the page did not redirect")
        except urllib.error.HTTPError as redirect:
            location = redirect.headers["location"]
        assert location.startswith(REDIRECT_URI), location
        answer = urllib.parse.parse_qs(urllib.parse.urlsplit(location).query)
        assert answer["state"] == ["a b&c"], answer
        self.oauth.get_tokens_authorization_code_grant(answer["code"][0], network_session=self.network)
        self.client_in_use = self.client(self.oauth)
        assert self.client_in_use.users.get_user_me().id == self.facts["user_id"]

    def refresh(self):
        before = self.oauth.token_storage.get().access_token
        self.control("/expire_tokens", {})
        assert self.client_in_use.users.get_user_me().id == self.facts["user_id"]
        assert self.oauth.token_storage.get().access_token != before
        assert self.control("/counters")["grants"]["refresh_token"] == 1

    def credentials(self):
        config = CCGConfig(
            client_id=self.facts["client_id"],
            client_secret=self.facts["client_secret"],
            enterprise_id=self.facts["enterprise_id"],
        )
        auth = BoxCCGAuth(config)
        service = self.client(auth)
        assert service.users.get_user_me().login.startswith("AutomationUser")
        assert service.with_as_user_header(self.facts["user_id"]).users.get_user_me().id == self.facts["user_id"]
        user = self.client(auth.with_user_subject(self.facts["user_id"]))
        assert user.users.get_user_me().id == self.facts["user_id"]

    def revoke(self):
        self.oauth.revoke_token(network_session=self.network)
        assert self.control("/counters")["effects"]["oauth.revoke"] == 1

    # --- folders and files

    def folders(self):
        folders = self.client_in_use.folders
        self.root = folders.create_folder("peer", CreateFolderParent(id="0"))
        updated = folders.update_folder_by_id(self.root.id, name="peer folder", description="by a peer")
        assert (updated.name, updated.description, updated.etag) == ("peer folder", "by a peer", "1")
        copied = folders.copy_folder(self.root.id, CopyFolderParent(id="0"), name="peer copy")
        assert folders.get_folder_by_id(copied.id).parent.id == "0"
        folders.delete_folder_by_id(copied.id)
        try:
            folders.create_folder("PEER FOLDER", CreateFolderParent(id="0"))
            raise AssertionError("a name was given twice")
        except BoxAPIError as error:
            assert error.response_info.status_code == 409
            assert error.response_info.context_info["conflicts"][0]["id"] == self.root.id

    def simple_upload(self):
        client = self.client_in_use
        client.uploads.preflight_file_upload_check(
            name="small.txt", size=5, parent=PreflightFileUploadCheckParent(id=self.root.id)
        )
        attributes = UploadFileAttributes(
            name="small.txt", parent=UploadFileAttributesParentField(id=self.root.id)
        )
        content = b"hello"
        uploaded = client.uploads.upload_file(
            attributes, io.BytesIO(content), content_md_5=hashlib.sha1(content).hexdigest()
        )
        self.file = uploaded.entries[0]
        assert self.file.sha_1 == hashlib.sha1(content).hexdigest()
        version = client.uploads.upload_file_version(
            self.file.id, UploadFileVersionAttributes(name="small.txt"), io.BytesIO(b"hello again")
        )
        assert version.entries[0].size == 11

    def chunked_upload(self):
        content = random.Random(1).randbytes(BIG)
        file = self.client_in_use.chunked_uploads.upload_big_file(
            io.BytesIO(content), "big.bin", BIG, self.root.id
        )
        assert file.sha_1 == hashlib.sha1(content).hexdigest()
        whole = self.client_in_use.downloads.download_file(file.id).read()
        assert whole == content

    def download(self):
        downloads = self.client_in_use.downloads
        assert downloads.download_file(self.file.id).read() == b"hello again"
        assert downloads.download_file(self.file.id, range="bytes=6-8").read() == b"aga"
        assert "authorization" not in self.control("/counters")["leaks"]

    # --- lists

    def offset_pages(self):
        self.control("/seed", {"folder_id": self.root.id, "files": 250})
        seen, offset = set(), 0
        while True:
            page = self.client_in_use.folders.get_folder_items(self.root.id, offset=offset, limit=100)
            seen.update(entry.id for entry in page.entries)
            offset += page.limit
            if offset >= page.total_count:
                break
        assert len(seen) == 252, len(seen)

    def marker_pages(self):
        for _ in range(3):
            seen, marker = set(), None
            while True:
                page = self.client_in_use.folders.get_folder_items(
                    self.root.id, usemarker=True, marker=marker, limit=100, fields=["size"]
                )
                seen.update(entry.id for entry in page.entries)
                marker = page.next_marker
                if not marker:
                    break
            assert len(seen) == 252, len(seen)

    def search(self):
        found = self.client_in_use.search.search_for_content(
            query="SEEDED-0000", type=SearchForContentType.FILE, ancestor_folder_ids=[self.root.id], limit=50
        )
        assert found.total_count == 10, found.total_count
        assert all(entry.name.startswith("seeded-0000") for entry in found.entries)

    def users(self):
        assert self.client_in_use.users.get_users().total_count == 3
        assert self.client_in_use.users.get_user_by_id(self.facts["user_id"]).login

    # --- the end

    def trash(self):
        client = self.client_in_use
        client.files.delete_file_by_id(self.file.id)
        assert client.trashed_items.get_trashed_items().entries
        assert client.trashed_files.get_trashed_file_by_id(self.file.id).item_status == "trashed"
        restored = client.trashed_files.restore_file_from_trash(self.file.id, name="back.txt")
        assert restored.name == "back.txt"
        client.files.delete_file_by_id(self.file.id)
        client.trashed_files.delete_trashed_file_by_id(self.file.id)
        try:
            client.files.get_file_by_id(self.file.id)
            raise AssertionError("a purged file is still there")
        except BoxAPIError as error:
            assert error.response_info.status_code == 404

    def delete(self):
        client = self.client_in_use
        try:
            client.folders.delete_folder_by_id(self.root.id)
            raise AssertionError("a full folder was deleted without being asked to")
        except BoxAPIError as error:
            assert error.response_info.code == "folder_not_empty"
        client.folders.delete_folder_by_id(self.root.id, recursive=True)
        client.trashed_folders.delete_trashed_folder_by_id(self.root.id)


def main():
    given = sys.argv[1]
    if os.path.exists(given):
        with open(given, encoding="utf-8") as file:
            given = file.read()
    peer = Peer(json.loads(given))
    steps = Steps()
    for name, step in [
        ("sign in", peer.sign_in),
        ("refresh", peer.refresh),
        ("client credentials", peer.credentials),
        ("folders", peer.folders),
        ("simple upload", peer.simple_upload),
        ("chunked upload", peer.chunked_upload),
        ("download", peer.download),
        ("pages by offset", peer.offset_pages),
        ("pages by marker", peer.marker_pages),
        ("search", peer.search),
        ("users", peer.users),
        ("trash", peer.trash),
        ("delete", peer.delete),
        ("revoke", peer.revoke),
    ]:
        steps.run(name, step)
    print(f"{steps.passed} passed, {steps.failed} failed")
    return 1 if steps.failed else 0


if __name__ == "__main__":
    sys.exit(main())
