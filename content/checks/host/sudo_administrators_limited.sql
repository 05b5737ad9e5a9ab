select
  connection || '/' || file || ':' || line || ':' || position as subject_id,
  case
    when all_commands is null or who is null then 'unknown'
    when not all_commands then 'not_applicable'
    when len(list_filter(cast(who as varchar[]), lambda w: not list_contains(string_split(replace($allowed, ' ', ''), ','), w))) = 0 then 'pass'
    else 'fail'
  end as status,
  case
    when all_commands is null or who is null then 'The source did not tell the whole rule.'
    when not all_commands then 'The rule is for named commands.'
    when len(list_filter(cast(who as varchar[]), lambda w: not list_contains(string_split(replace($allowed, ' ', ''), ','), w))) = 0 then 'The rule is for administrators on the list.'
    else 'Any command can be run by ' || array_to_string(list_filter(cast(who as varchar[]), lambda w: not list_contains(string_split(replace($allowed, ' ', ''), ','), w)), ', ') || ', not on the list of administrators.'
  end as reason
from host_sudo_rule
union all
select
  s.connection || '/sudoers',
  case when not s.sudo_installed then 'not_applicable' else 'unknown' end,
  case
    when not s.sudo_installed then 'sudo is not installed.'
    else 'The sudo rules were not read: run the collector as root.'
  end
from host_system s
where s.connection not in (select connection from host_sudo_rule)
