{{ by_lead('landed', is_view=true) }}
with contacts as (

    select * from {{ ref('stg_hubspot__contact') }}
    where _is_kept

),

merges as (

    select * from {{ ref('int_hubspot__merges') }}

),

owners as (

    select * from {{ ref('int_hubspot__owners') }}

),

-- The portal's own export names the owner instead of giving his id.
owner_names as (

    select
        source_system,
        lower(name) as name_key,
        min(owner_id) as owner_id
    from owners
    where name is not null
    group by source_system, lower(name)
    having count(*) = 1

),

campaign_properties as (

    select * from {{ ref('int_hubspot__campaign_properties') }}

),

translated as (

    select
        contacts.source_system,
        contacts.lead_id,
        contacts.created_at,
        contacts.created_at_is_day,
        contacts.created_by,
        contacts.email,
        contacts.phone,
        contacts.first_name,
        contacts.last_name,
        contacts.company,
        contacts.job_title,
        contacts.country,
        contacts.region,
        contacts.lifecycle_stage,
        contacts.lifecycle_stage_at,
        contacts.lifecycle_stage_at_is_day,
        contacts.status,
        coalesce(owner_names.owner_id, contacts.owner_id) as owner_id,
        contacts.original_source,
        case
            when campaign_properties.is_used then contacts.campaign_id
            when {{ any_alnum_only('lower(contacts.original_source)') }} in (
                'paidsearch', 'paidsocial', 'emailmarketing', 'socialmedia', 'organicsocial', 'othercampaigns'
            ) then contacts.source_data_1
        end as campaign_id,
        contacts.landing_page,
        contacts.conversion_point,
        contacts.fit_grade,
        contacts.fit_score,
        contacts.intent_signal,
        contacts.qualification_reason,
        contacts.mql_at,
        contacts.mql_at_is_day,
        contacts.accepted_at,
        contacts.accepted_at_is_day,
        contacts.assigned_at,
        contacts.assigned_at_is_day,
        contacts.rejection_reason,
        contacts.rejection_note,
        -- A contact is never turned into another record: its deals tell of the conversion.
        false as is_converted,
        cast(null as {{ dbt.type_timestamp() }}) as converted_at,
        cast(null as boolean) as converted_at_is_day,
        cast(null as {{ dbt.type_string() }}) as contact_id,
        cast(null as {{ dbt.type_string() }}) as converted_account_id,
        cast(null as {{ dbt.type_string() }}) as converted_opportunity_id,
        contacts.account_id,
        coalesce(contacts.is_deleted, contacts.deleted_at is not null) and merges.loser_lead_id is null as is_deleted,
        case when merges.loser_lead_id is null then contacts.deleted_at end as deleted_at,
        contacts.deleted_at_is_day,
        merges.survivor_lead_id as merged_into_id,
        merges.merged_at,
        contacts.updated_at,
        contacts.updated_at_is_day,
        contacts._synced_at as synced_at
    from contacts
    inner join campaign_properties
        on contacts.source_system = campaign_properties.source_system
    left join owner_names
        on
            contacts.source_system = owner_names.source_system
            and lower(contacts.owner_id) = owner_names.name_key
    left join merges
        on
            contacts.source_system = merges.source_system
            and contacts.lead_id = merges.loser_lead_id

)

select * from translated
