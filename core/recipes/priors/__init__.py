"""The priors, a file for each module of priors.

A section begins with a line `# The prior (forms): priors`; a script has the sections of its prior
in its form, in the order of the file. The form `all` stands for every form.
"""
