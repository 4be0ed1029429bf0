"""All benchmarks, one after the other."""

from . import event_page, registrations, start

event_page.main()
registrations.main()
start.main()
