"""Pictures of designs: previews under public addresses, and renders that are followed."""
