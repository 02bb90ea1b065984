with

allowances as (

    select * from {{ ref('stg_policies__allowances') }}

),

shipped as (

    select
        {{ match_key('allowance') }} as allowance,
        max(cast(business_minutes as double)) as business_minutes
    from {{ ref('allowances') }}
    group by {{ match_key('allowance') }}

),

boundaries as (

    select allowance, cast('1900-01-01' as date) as valid_from from shipped
    union
    select allowance, valid_from from allowances
    union
    select allowance, valid_to as valid_from from allowances

),

periods as (

    select
        allowance,
        valid_from,
        coalesce(lead(valid_from) over (partition by allowance order by valid_from), cast('9999-12-31' as date))
            as valid_to
    from boundaries
    where valid_from < cast('9999-12-31' as date)

),

-- Where a policy says nothing of a day, the shipped allowance holds.
final as (

    select
        periods.allowance,
        periods.valid_from,
        periods.valid_to,
        coalesce(allowances.business_minutes, shipped.business_minutes) as business_minutes
    from periods
    inner join shipped on periods.allowance = shipped.allowance
    left join allowances
        on
            periods.allowance = allowances.allowance
            and periods.valid_from >= allowances.valid_from
            and periods.valid_from < allowances.valid_to

)

select * from final
