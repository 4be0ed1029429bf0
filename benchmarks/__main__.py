"""All benchmarks, one after the other."""

from benchmarks import event_page, registrations, start

event_page.main()
registrations.main()
start.main()
