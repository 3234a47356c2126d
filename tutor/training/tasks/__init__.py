"""Task examples made by rules from expository prose, and rendered as the crew's own requests.

Document -> Section -> Chat (messages as the crew sends them, and the reply to learn)
"""
