with

policy as (

    select * from {{ policy('fit_policy') }}

),

final as (

    select
        trim(fit_grade) as fit_grade,
        {{ match_key('fit_grade') }} as fit_grade_key,
        cast(min_score as double) as min_score,
        trim(fit_band) as fit_band,
        {{ policy_flag('is_sales_ready') }} as is_sales_ready
    from policy

)

select * from final
