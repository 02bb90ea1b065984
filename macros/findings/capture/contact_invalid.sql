{% macro finding__contact_invalid() %}
    -- Nobody can be reached: neither the address nor the number can be right.
    select
        source_system,
        lead_id,
        handoff_number,
        opened_at as detected_at,
        'Neither a valid email address nor a phone number of at least seven digits.' as evidence
    from {{ ref('int_handoff_facts') }}
    where
        (records_email or records_phone)
        and not has_valid_email
        and not has_valid_phone
{% endmacro %}
