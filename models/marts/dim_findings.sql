with

catalogue as (

    select * from {{ ref('stg_policies__findings') }}

),

final as (

    select
        code as finding_code,
        layer,
        quality_dimension,
        confusion_type,
        severity,
        fires_when,
        what_to_inspect
    from catalogue

)

select * from final
