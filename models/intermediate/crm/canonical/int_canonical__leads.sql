{{ by_lead('landed', is_view=true) }}
with leads as (

    select * from {{ ref('stg_canonical__leads') }}
    where _is_kept

),

translated as (

    select
        source_system,
        lead_id,
        created_at,
        created_at_is_day,
        created_by,
        email,
        phone,
        first_name,
        last_name,
        company,
        job_title,
        country,
        region,
        lifecycle_stage,
        lifecycle_stage_at,
        lifecycle_stage_at_is_day,
        status,
        owner_id,
        original_source,
        campaign_id,
        landing_page,
        conversion_point,
        fit_grade,
        fit_score,
        intent_signal,
        qualification_reason,
        mql_at,
        mql_at_is_day,
        accepted_at,
        accepted_at_is_day,
        assigned_at,
        assigned_at_is_day,
        rejection_reason,
        rejection_note,
        coalesce(is_converted, converted_at is not null) as is_converted,
        converted_at,
        converted_at_is_day,
        contact_id,
        converted_account_id,
        converted_opportunity_id,
        account_id,
        -- Many CRMs flag a merged record as deleted: it is merged, not deleted.
        coalesce(is_deleted, deleted_at is not null) and merged_into_id is null as is_deleted,
        case when merged_into_id is null then deleted_at end as deleted_at,
        deleted_at_is_day,
        merged_into_id,
        case when merged_into_id is not null then coalesce(merged_at, updated_at) end as merged_at,
        updated_at,
        updated_at_is_day,
        _synced_at as synced_at
    from leads

)

select * from translated
