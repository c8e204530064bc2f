"""OpenStack Swift in one process, on one disk, with its S3 API: the proxy and the three servers behind it.

Usage: serve.py FOLDER PORT. One user, test:tester, with the key testing. The folder's file system needs extended attributes.
"""
import os
import sys

import eventlet

eventlet.monkey_patch()

from eventlet import wsgi  # noqa: E402
from swift.common import storage_policy, utils  # noqa: E402
from swift.common.ring import RingBuilder  # noqa: E402

folder, port = sys.argv[1], int(sys.argv[2])

PROXY = """
[DEFAULT]
swift_dir = {folder}
log_name = proxy
[pipeline:main]
pipeline = catch_errors gatekeeper listing_formats bulk s3api tempauth copy slo dlo proxy-server
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:bulk]
use = egg:swift#bulk
[filter:s3api]
use = egg:swift#s3api
auth_pipeline_check = false
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
[app:proxy-server]
use = egg:swift#proxy
allow_account_management = true
account_autocreate = true
"""

STORE = """
[DEFAULT]
swift_dir = {folder}
devices = {folder}/disks
mount_check = false
log_name = {kind}
fallocate_reserve = 0
disable_fallocate = true
[app:main]
use = egg:swift#{kind}
"""


def write(name, text):
    path = os.path.join(folder, name)
    with open(path, 'w') as file:
        file.write(text)
    return path


def ring(kind, at):
    builder = RingBuilder(1, 1, 0)
    builder.add_dev({'id': 0, 'zone': 0, 'region': 0, 'weight': 1, 'ip': '127.0.0.1', 'port': at, 'device': 'disk'})
    builder.rebalance()
    builder.get_ring().save(os.path.join(folder, kind + '.ring.gz'))


class Cache:
    """In place of memcached, which nobody else would ask: it keeps nothing."""

    def get(self, key, raise_on_error=False):
        return None

    def ignore(self, *args, **how):
        pass

    set = delete = incr = decr = ignore


def serve(kind, conf, sock):
    from swift.common.wsgi import SwiftHttpProtocol, loadapp
    inner = loadapp(conf, global_conf={'log_requests': 'false'})

    def app(env, start_response):
        env['swift.cache'] = Cache()
        return inner(env, start_response)

    eventlet.spawn(wsgi.server, sock, app, utils.NullLogger(), protocol=SwiftHttpProtocol, keepalive=True)


os.makedirs(os.path.join(folder, 'disks', 'disk'))
utils.SWIFT_CONF_FILE = write('swift.conf', '[swift-hash]\nswift_hash_path_suffix = test\n[storage-policy:0]\nname = one\ndefault = yes\n')
utils.validate_hash_conf()
storage_policy.reload_storage_policies()
for kind in ('account', 'container', 'object'):
    sock = eventlet.listen(('127.0.0.1', 0))
    ring(kind, sock.getsockname()[1])
    serve(kind, write(kind + '.conf', STORE.format(folder=folder, kind=kind)), sock)
serve('proxy', write('proxy.conf', PROXY.format(folder=folder)), eventlet.listen(('127.0.0.1', port)))
print('ready', flush=True)
# Until whoever started it is gone.
eventlet.hubs.trampoline(sys.stdin.fileno(), read=True)
