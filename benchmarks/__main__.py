"""All benchmarks, one after the other."""

from . import event_page, registrations, start, unfinished

event_page.main()
registrations.main()
unfinished.main()
start.main()
