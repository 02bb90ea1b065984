{{ read_raw(
    'hubspot', 'contact_property_history',
    where=is_tracked_field(
        'field', 'hubspot', 'contact', ['lifecycle_stage', 'status', 'owner_id', 'rejection_reason']
    ),
) }}
