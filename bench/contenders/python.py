"""libvirt's C library by its Python binding. argv: URI, a domain's UUID. See ../libvirt.ts for the lines."""
import sys
import threading
import time

import libvirt

connection = libvirt.open(sys.argv[1])
domain = connection.lookupByUUIDString(sys.argv[2])


def work(count):
    for _ in range(count):
        domain.state()


for line in sys.stdin:
    count, width = map(int, line.split())
    started_at = time.perf_counter()
    if width == 1:
        work(count)
    else:
        threads = [threading.Thread(target=work, args=(count // width,)) for _ in range(width)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    print((time.perf_counter() - started_at) * 1e6 / count, flush=True)
