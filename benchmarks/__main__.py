"""All benchmarks, one after the other."""

from benchmarks import event_page, registrations

event_page.main()
registrations.main()
