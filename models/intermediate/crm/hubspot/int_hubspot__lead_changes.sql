{{ by_lead('landed', is_view=true) }}
with lead_fields as (

    select * from {{ ref('int_hubspot__tracked_fields') }}

),

history as (

    select
        *,
        {{ normalised_name_sql('field') }} as field_name,
        {{ any_alnum_only('lower(source_type)') }} as source_name
    from {{ ref('stg_hubspot__contact_property_history') }}
    where _is_kept

),

translated as (

    select
        history.source_system,
        history.change_id,
        history.lead_id,
        lead_fields.canonical_field as field,
        -- HubSpot logs the new value only.
        cast(null as {{ dbt.type_string() }}) as old_value,
        history.new_value,
        history.changed_at,
        history.changed_at_is_day,
        -- The source id of a change by hand reads userId:1234.
        coalesce(
            history.updated_by,
            case
                when position('userId:' in history.source_id) > 0
                    then
                        {{ clean_text(
                            "split_part(split_part(split_part(history.source_id, 'userId:', 2), ' ', 1), ';', 1)"
                        ) }}
            end
        ) as changed_by,
        false as has_old_value,
        coalesce(history.source_name in (
            'automationplatform', 'automation', 'workflows', 'workflow', 'sequences', 'marketingemail',
            'import', 'contactsimport', 'migration'
        ), false) as is_automated_source
    from history
    inner join lead_fields
        on
            history.source_system = lead_fields.source_system
            and history.field_name = lead_fields.field_name

)

select * from translated
