with

campaigns as (

    select * from {{ ref('int_crm__campaigns') }}

),

final as (

    select
        source_system,
        campaign_id,
        name as campaign_label,
        campaign_type
    from campaigns

)

select * from final
