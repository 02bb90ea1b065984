with

shipped as (

    select * from {{ ref('content_thresholds') }}

),

own as (

    select * from {{ policy('content_thresholds') }}

),

-- A file of one's own need not name every check: the others keep the shipped threshold.
together as (

    select * from own

    union all

    select shipped.*
    from shipped
    left join own
        on
            {{ match_key('shipped.source_system') }} = {{ match_key('own.source_system') }}
            and {{ match_key('shipped.check_name') }} = {{ match_key('own.check_name') }}
    where own.check_name is null

),

final as (

    select
        trim(source_system) as source_system,
        {{ match_key('check_name') }} as check_name,
        cast(threshold as double) as threshold,
        coalesce(nullif({{ match_key('severity') }}, ''), 'warning') as severity
    from together

)

select * from final
