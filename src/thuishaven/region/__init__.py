"""What does a plan do for jobs and the economy here? Hours, jobs, people to find, subsidies; ``docs/region.md``."""
