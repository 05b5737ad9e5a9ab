select
  connection || '/' || file || ':' || line || ':' || position as subject_id,
  case
    when nopasswd is null or all_commands is null or who is null then 'unknown'
    when len(list_filter(cast(who as varchar[]), lambda w: not list_contains(string_split(replace($exempt, ' ', ''), ','), w))) = 0 then 'not_applicable'
    when nopasswd and all_commands then 'fail'
    when nopasswd then 'pass'
    else 'pass'
  end as status,
  case
    when nopasswd is null or all_commands is null or who is null then 'The source did not tell the whole rule.'
    when len(list_filter(cast(who as varchar[]), lambda w: not list_contains(string_split(replace($exempt, ' ', ''), ','), w))) = 0 then 'The rule is for root itself or for those that are exempt.'
    when nopasswd and all_commands then 'Any command can be run without a password by ' || array_to_string(cast(who as varchar[]), ', ') || '.'
    when nopasswd then 'No password is asked for, but only for the commands that are named.'
    else 'A password is asked for.'
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
