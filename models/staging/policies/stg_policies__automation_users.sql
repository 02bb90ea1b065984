with

policy as (

    select * from {{ policy('automation_users') }}

),

final as (

    select
        trim(owner_key) as owner_key,
        {{ match_key('owner_key') }} as owner_match_key
    from policy

)

select * from final
