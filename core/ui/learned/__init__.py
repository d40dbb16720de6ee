"""The page of learned methods: the idea, the zoo, and the networks at work."""
