"""One fictional CRM in every raw layout: whatever tool landed it, the same is published."""
