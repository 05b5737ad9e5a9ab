-- The values that are accepted, each as a text.
with wanted(name, accepted) as (
  values
    ('kernel.randomize_va_space', ['2']),
    ('kernel.dmesg_restrict', ['1']),
    ('kernel.kptr_restrict', ['1', '2']),
    ('kernel.unprivileged_bpf_disabled', ['1', '2']),
    ('kernel.yama.ptrace_scope', ['1', '2', '3']),
    ('fs.protected_hardlinks', ['1']),
    ('fs.protected_symlinks', ['1']),
    ('fs.suid_dumpable', ['0', '2']),
    ('net.ipv4.tcp_syncookies', ['1', '2']),
    ('net.ipv4.icmp_echo_ignore_broadcasts', ['1']),
    ('net.ipv4.conf.all.accept_redirects', ['0']),
    ('net.ipv4.conf.all.accept_source_route', ['0']),
    ('net.ipv4.conf.all.send_redirects', ['0']),
    ('net.ipv4.ip_forward', ['0']),
    ('net.ipv6.conf.all.accept_redirects', ['0']),
    ('net.ipv6.conf.all.accept_source_route', ['0', '-1'])
)
select
  k.connection || '/' || k.name as subject_id,
  case
    when not k.present then 'not_applicable'
    when $router and k.name in ('net.ipv4.ip_forward', 'net.ipv4.conf.all.send_redirects') then 'not_applicable'
    when k.value is null then 'unknown'
    when list_contains(w.accepted, k.value) then 'pass'
    else 'fail'
  end as status,
  case
    when not k.present then 'The kernel does not have the setting.'
    when $router and k.name in ('net.ipv4.ip_forward', 'net.ipv4.conf.all.send_redirects') then 'The machine forwards packets for others on purpose.'
    when k.value is null then 'The setting may not be read: run the collector as root.'
    when list_contains(w.accepted, k.value) then 'The setting is ' || k.value || '.'
    else 'The setting is ' || k.value || ', accepted: ' || array_to_string(w.accepted, ', ') || '.'
  end as reason
from host_kernel_setting k
join wanted w on w.name = k.name
union all
select connection || '/kernel', 'unknown', 'No kernel settings were read.'
from host_system
where connection not in (select connection from host_kernel_setting)
