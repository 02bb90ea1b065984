with

policy as (

    select * from {{ policy('free_email_domains') }}

),

final as (

    select {{ match_key('domain') }} as domain
    from policy

)

select * from final
