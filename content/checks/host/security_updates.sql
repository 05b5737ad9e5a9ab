with pending as (
  select
    connection,
    count(*) filter (where security) as security,
    count(*) filter (where security is null) as unclear,
    list_sort(list(package) filter (where security)) as packages
  from host_pending_update
  where not list_contains(string_split(replace($deferred, ' ', ''), ','), package)
  group by connection
)
select
  s.connection || '/' || s.hostname as subject_id,
  case
    when coalesce(s.extended_support_ends, s.support_ends) < cast($as_of as date) then 'not_applicable'
    when coalesce(p.security, 0) > 0 then 'fail'
    when s.package_manager is null or s.update_lists_time is null then 'unknown'
    when s.update_lists_time < $as_of - to_days($max_list_age_days) then 'unknown'
    when p.unclear > 0 then 'unknown'
    else 'pass'
  end as status,
  case
    when coalesce(s.extended_support_ends, s.support_ends) < cast($as_of as date) then 'The system gets no security updates any more, which another check is about.'
    when coalesce(p.security, 0) > 0 then 'Security updates are pending (' || p.security || '): ' || array_to_string(p.packages[1:5], ', ') || case when p.security > 5 then ', ...' else '.' end
    when s.package_manager is null then 'No package manager that is known was found.'
    when s.update_lists_time is null then 'There are no package lists: refresh them and collect again.'
    when s.update_lists_time < $as_of - to_days($max_list_age_days) then 'The package lists are older than ' || $max_list_age_days || ' days: refresh them and collect again.'
    when p.unclear > 0 then 'Updates are pending (' || p.unclear || ') and the package manager does not tell which are for security.'
    else 'No security update is pending.'
  end as reason,
  s.update_lists_time
from host_system s
left join pending p on p.connection = s.connection
