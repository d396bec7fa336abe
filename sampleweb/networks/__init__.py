"""Which services stand behind the sample proxy, beside the sites, and who lives on them?

One file for each service, built from its published response formats; `profiles.yaml` says who lives there, how they
behave, and what has to be said of them. Nothing here was copied from a service.
"""
