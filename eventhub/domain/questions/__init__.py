"""The question engine: what a question is, how it is edited, and which answers to it are accepted.

Registration forms and surveys use it, and so does every other entrance. Web forms only draw questions; what answers
add up to is in domain.surveys.
"""
