{#-
    What each metric asks of a source, read off its definition: of `asked`, the parts that speak of the source alone.
    One entry per metric: name · needs: SQL conditions over int_source_elements, all of which must hold · words: for each
    the elements that would do, in words · tracked: fields whose history it reads · is_share: false for a wait.
-#}
{% macro metric_bases() %}
    {%- set bases = [] %}
    {%- for metric in metric_definitions() + wait_definitions() %}
        {%- set needs, words, tracked = [], [], [] %}
        {%- for part in metric.asked.split(' and ') %}
            {%- set plain = part | replace('(', '') | replace(')', '') | trim %}
            {%- set elements = [] %}
            {%- for word in plain.split(' or ') if word.startswith('records_') %}
                {%- do elements.append(word | trim) %}
            {%- endfor %}
            {%- if elements and elements | length == plain.split(' or ') | length and plain not in needs %}
                {%- do needs.append(elements | join(' or ')) %}
                {%- do words.append(elements | join(' or ') | replace('records_', '') | replace('_', ' ')) %}
            {%- endif %}
            {%- if modules.re.match('^is_[a-z_]+_tracked$', plain) %}
                {%- set field = plain[3:-8] %}
                {%- set field = 'lifecycle_stage' if field == 'stage' else field %}
                {%- if field not in tracked %}{% do tracked.append(field) %}{% endif %}
            {%- endif %}
        {%- endfor %}
        {#- A clock that starts at the owner stands still where nothing tells since when he owned it. -#}
        {%- set read = metric.asked ~ ' ' ~ metric.get('ended', '') %}
        {%- if modules.re.search('first_action_due_at|is_assignment_to_the_minute|(speed_to_lead|routing|queue|human)_minutes', read)
            and 'records_owner_history' not in needs %}
            {%- do needs.append('records_owner_history or records_assignment_stamp') %}
            {%- do words.append('owner history or assignment stamp') %}
        {%- endif %}
        {%- do bases.append({'name': metric.name, 'needs': needs, 'words': words, 'tracked': tracked, 'is_share': metric.due is defined}) %}
    {%- endfor %}
    {%- do return(bases) %}
{% endmacro %}
