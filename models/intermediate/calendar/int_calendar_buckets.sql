{#- Openings by the eight-hour blocks of opening time that they hold, so that a due time is found by an equality. -#}
with

openings as (

    select * from {{ ref('int_calendar_openings') }}

),

final as (

    select
        calendar_id,
        opens_at,
        open_seconds,
        open_seconds_before,
        {{ explode_integers(
            'cast(floor(open_seconds_before / 28800) as bigint)',
            'cast(floor((open_seconds_before + open_seconds) / 28800) as bigint)'
        ) }} as bucket
    from openings

)

select * from final
