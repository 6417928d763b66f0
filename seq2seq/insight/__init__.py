"""Looking at models: measures, pictures, studies."""
