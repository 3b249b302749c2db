"""Network definitions. They know torch and nothing else."""
