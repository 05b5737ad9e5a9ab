import { type ColumnType, declareResource, type ResourceDeclaration } from '../../../../verifier/records/resource.ts'

type Columns = ResourceDeclaration['columns']

function column(type: ColumnType, description: string): Columns[string] {
  return { type, description }
}

function username(description: string): Columns[string] {
  return { type: 'text', description, personal: 'username' }
}

const system = declareResource({
  name: 'host.system',
  title: 'Operating system',
  description: 'The machine: one record.',
  key: ['hostname'],
  columns: {
    hostname: column('text', 'Name of the machine; "unnamed" when it has none'),
    privileged: column('boolean', 'Whether it was read as root'),
    os_id: column('text', 'ID of os-release, such as debian'),
    os_version: column('text', 'VERSION_ID of os-release, such as 12'),
    os_name: column('text', 'PRETTY_NAME of os-release'),
    support_ends: column('date', 'Last day of security updates for everyone; null when not known'),
    extended_support_ends: column(
      'date',
      'Last day of security updates for subscribers; null when there is none or it is not known',
    ),
    kernel: column('text', 'Release of the running kernel'),
    architecture: column('text', 'Architecture, such as x86_64'),
    boot_time: column('timestamp', 'When the kernel started'),
    virtualisation: column(
      'text',
      'As systemd-detect-virt says: kvm, vmware, docker, none, ...; null when it cannot be told',
    ),
    container: column('boolean', 'Runs in a container; null when it cannot be told'),
    reboot_required: column('boolean', 'An installed update waits for a restart; null where the system does not say'),
    time_service: column('text', 'What keeps the clock: systemd-timesyncd, chrony, ntpd; null when none is seen'),
    time_synchronised: column('boolean', 'The clock is synchronised; null when it cannot be told'),
    firewall: column('text', 'What was asked: nftables or iptables; null when neither would answer'),
    firewall_rules: column('boolean', 'Any rule filters incoming packets; null without root'),
    firewall_default_deny: column(
      'boolean',
      'Incoming packets that no rule names are dropped or rejected; null without root',
    ),
    selinux: column('text', 'enforcing, permissive or disabled; null when it cannot be told'),
    apparmor: column('boolean', 'AppArmor is on; null when it cannot be told'),
    automatic_updates: column(
      'boolean',
      'Security updates are set to install by themselves; null where it cannot be told',
    ),
    package_manager: column('text', 'apt, dnf or apk; null for others'),
    update_lists_time: column('timestamp', 'When the package lists were last refreshed; null when never or not known'),
    ssh_server_installed: column('boolean', 'An OpenSSH server is installed'),
    sudo_installed: column('boolean', 'sudo is installed'),
    account_sources: column(
      'json',
      'Where accounts come from (nsswitch.conf, passwd): files, sss, ldap, ...; host.account has those of files',
    ),
  },
})

const account = declareResource({
  name: 'host.account',
  title: 'Local accounts',
  description: 'The lines of /etc/passwd with what /etc/shadow says of their password, never the hash.',
  key: ['name', 'uid', 'line'],
  columns: {
    name: username('Name of the account'),
    uid: column('integer', 'User id'),
    gid: column('integer', 'Id of the main group'),
    line: column('integer', 'Line in /etc/passwd'),
    home: column('text', 'Home folder'),
    shell: column('text', 'Shell; /bin/sh when the file names none'),
    login_possible: column('boolean', 'The shell is one that lets a person in'),
    password_state: column('text', 'set, locked or empty; null without root'),
    password_hash: column(
      'text',
      'How a set password is hashed: yescrypt, sha512, bcrypt, sha256, md5, des, other; null otherwise',
    ),
    last_change: column('date', 'When the password was last changed; null when not set or without root'),
    max_days: column('integer', 'Days after which the password must be changed; null for never or without root'),
    expires_on: column('date', 'When the account ends; null for never or without root'),
    system: column('boolean', 'A service account: its uid lies below UID_MIN of login.defs or is that of nobody'),
  },
})

const group = declareResource({
  name: 'host.group',
  title: 'Local groups',
  description: 'The lines of /etc/group.',
  key: ['name', 'gid', 'line'],
  columns: {
    name: column('text', 'Name of the group'),
    gid: column('integer', 'Group id'),
    line: column('integer', 'Line in /etc/group'),
    members: column('json', 'Accounts named as members; those with it as their main group are not repeated here'),
  },
})

const sudoRule = declareResource({
  name: 'host.sudo_rule',
  title: 'sudo rules',
  description: 'Who may run what as whom, from /etc/sudoers and what it includes, with aliases replaced. Needs root.',
  key: ['file', 'line', 'position'],
  columns: {
    file: column('text', 'File of the rule'),
    line: column('integer', 'First line of the rule'),
    position: column('integer', 'Which of the permissions on the line, from 1'),
    who: column('json', 'Users, %groups, #uids'),
    hosts: column('json', 'Machines it holds on'),
    run_as: column('text', 'Users and groups to run as, as written; root when the rule names none'),
    commands: column('json', 'Commands'),
    all_commands: column('boolean', 'Any command may be run'),
    nopasswd: column('boolean', 'No password is asked'),
  },
})

const sshSetting = declareResource({
  name: 'host.ssh_setting',
  title: 'SSH server settings',
  description:
    'What the OpenSSH server goes by: from `sshd -T` as root, otherwise from its files and the defaults of OpenSSH. Settings inside Match blocks have their condition.',
  key: ['name', 'condition', 'position'],
  columns: {
    name: column('text', 'Keyword in lower case'),
    condition: column('text', 'The criteria of the Match block; "all" outside of one'),
    position: column('integer', 'Which of several values, from 1'),
    value: column('text', 'Value; null when it is a default that depends on the version'),
    source: column('text', '"sshd -T", file and line, or "default"'),
  },
})

const listeningSocket = declareResource({
  name: 'host.listening_socket',
  title: 'Listening sockets',
  description:
    'TCP sockets that listen and UDP sockets that take packets from anyone, in the network namespace of the collector.',
  key: ['protocol', 'address', 'port', 'uid'],
  columns: {
    protocol: column('text', 'tcp, tcp6, udp or udp6'),
    address: column('text', 'Address it is bound to'),
    port: column('integer', 'Port'),
    exposure: column('text', 'loopback, all, or address for one address'),
    uid: column('integer', 'User id that opened it'),
    processes: column(
      'json',
      'Names of the programs that hold it; null when they cannot be seen (other users, without root)',
    ),
    sockets: column('integer', 'How many sockets share address, port and user'),
  },
})

const pendingUpdate = declareResource({
  name: 'host.pending_update',
  title: 'Pending updates',
  description:
    'Packages for which the stored lists of the package manager hold a newer version. Nothing is downloaded.',
  key: ['package', 'architecture'],
  columns: {
    package: column('text', 'Name of the package'),
    architecture: column('text', 'Architecture; "any" where the package manager names none'),
    installed: column('text', 'Installed version; null when the package would be new or it is not known'),
    candidate: column('text', 'Version to be installed'),
    source: column('text', 'Where it comes from, as the package manager names it; null when it does not'),
    security: column('boolean', 'A security update; null when the package manager does not tell'),
  },
})

const disk = declareResource({
  name: 'host.disk',
  title: 'Mounted file systems and swap',
  description:
    'Where data is kept, and whether an encrypting layer of this system (dm-crypt) lies beneath. What a cloud provider encrypts below the machine cannot be seen from it.',
  key: ['mount', 'device'],
  columns: {
    mount: column('text', 'Where it is mounted; "swap" for swap'),
    device: column('text', 'Device'),
    fstype: column('text', 'File system'),
    encrypted: column('boolean', 'dm-crypt lies beneath; null when it cannot be told'),
    network: column('boolean', 'A network file system'),
    read_only: column('boolean', 'Mounted read-only'),
  },
})

const logService = declareResource({
  name: 'host.log_service',
  title: 'Logging services',
  description: 'journald, rsyslog, syslog-ng and auditd: there or not, running, kept and sent on.',
  key: ['name'],
  columns: {
    name: column('text', 'journald, rsyslog, syslog-ng or auditd'),
    installed: column('boolean', 'Its program is there'),
    running: column('boolean', 'A process of it runs; null when processes cannot be seen'),
    persistent: column('boolean', 'What it writes outlives a restart; null when it cannot be told'),
    forwards: column('boolean', 'Sends to another machine; null when it cannot be told'),
  },
})

const kernelSetting = declareResource({
  name: 'host.kernel_setting',
  title: 'Kernel settings',
  description: 'Those of sysctl that harden a machine.',
  key: ['name'],
  columns: {
    name: column('text', 'Name as sysctl writes it'),
    value: column('text', 'Value; null when the kernel does not have it or it may not be read'),
    present: column('boolean', 'The running kernel has it'),
  },
})

const sensitiveFile = declareResource({
  name: 'host.sensitive_file',
  title: 'Permissions of sensitive files',
  description: 'Owner and permissions of the files that decide who gets in. Their content is not read here.',
  key: ['path'],
  columns: {
    path: column('text', 'Path'),
    mode: column('text', 'Permissions in octal, such as 0640'),
    uid: column('integer', 'Owner'),
    gid: column('integer', 'Group'),
    world_writable: column('boolean', 'Anyone may write to it'),
    world_readable: column('boolean', 'Anyone may read it'),
    group_writable: column('boolean', 'Its group may write to it'),
    secret: column('boolean', 'Holds secrets, so that nobody but its owner and group should read it'),
  },
})

/** What the host connector yields. */
export const resources: readonly ResourceDeclaration[] = [
  system,
  account,
  group,
  sudoRule,
  sshSetting,
  listeningSocket,
  pendingUpdate,
  disk,
  logService,
  kernelSetting,
  sensitiveFile,
]
