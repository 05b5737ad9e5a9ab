import { Button, Group, PasswordInput, Select, Stack, Switch, TagsInput, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconCircleCheck } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ApiProblem } from '../../../web/api/problem.ts'
import { ProblemAlert } from '../../../web/components/feedback.tsx'
import { Notice } from '../../../web/components/notice.tsx'
import { humanise } from '../../../web/format.ts'
import { givenRoles, type Provider, type ProviderInput } from './queries.ts'
import { readSamlMetadata } from './saml-metadata.ts'

interface ProviderFormProps {
  readonly kind: Provider['settings']['kind']
  readonly provider?: Provider
  readonly action: string
  readonly onSave: (input: ProviderInput) => Promise<unknown>
  readonly onCancel: () => void
}

const roleOptions = givenRoles.map(value => ({ value, label: humanise(value) }))

function initialOf(kind: ProviderFormProps['kind'], provider: Provider | undefined) {
  const settings = provider?.settings
  return {
    name: provider?.name ?? '',
    domains: provider?.domains ?? ([] as string[]),
    default_role: provider?.default_role ?? 'viewer',
    admits_unknown: provider?.admits_unknown ?? false,
    enabled: provider?.enabled ?? true,
    issuer: settings?.kind === 'oidc' ? settings.issuer : '',
    client_id: settings?.kind === 'oidc' ? settings.client_id : '',
    client_secret: '',
    metadata: '',
    entity_id: settings?.kind === 'saml' ? settings.entity_id : '',
    sso_url: settings?.kind === 'saml' ? settings.sso_url : '',
    certificates: settings?.kind === 'saml' ? settings.certificates.join('\n') : '',
    idp_initiated: settings?.kind === 'saml' ? settings.idp_initiated : false,
    kind,
  }
}
type Values = ReturnType<typeof initialOf>

/** The settings of a provider, new or not. */
export function ProviderForm({ kind, provider, action, onSave, onCancel }: ProviderFormProps): ReactNode {
  const form = useForm({ mode: 'controlled', initialValues: initialOf(kind, provider) })
  const save = useMutation({
    mutationFn: (values: Values) => onSave(inputOf(values)),
    onError: error => {
      if (!(error instanceof ApiProblem)) return
      const fields = Object.entries(error.fields).map(([path, message]) => [
        path.replace(/^settings\./, '').replace(/\.\d+$/, ''),
        message,
      ])
      form.setErrors(Object.fromEntries(fields))
    },
  })
  return (
    <form onSubmit={form.onSubmit(values => save.mutate(values))} noValidate>
      <Stack gap="md">
        <TextInput
          label="Name"
          description="As your people know it: Entra ID, Okta, the company’s login."
          maxLength={100}
          required
          {...form.getInputProps('name')}
        />
        {kind === 'oidc' ? <OidcFields form={form} kept={provider?.has_secret === true} /> : <SamlFields form={form} />}
        <TagsInput
          label="E-mail domains"
          description="Whose addresses are led to it. It is believed about addresses of these domains alone. Press Enter after each."
          placeholder={form.values.domains.length === 0 ? 'example.com' : ''}
          required
          acceptValueOnBlur
          splitChars={[',', ' ']}
          {...form.getInputProps('domains')}
        />
        <Switch
          label="Let in whoever it sends"
          description="Somebody of these domains whom nobody invited or provisioned becomes a member by signing in. Otherwise they are refused."
          {...form.getInputProps('admits_unknown', { type: 'checkbox' })}
        />
        <Select
          label="Role of new members"
          description="Unless an invitation or a group gives another. Owners are made under Members, never by a provider."
          data={roleOptions}
          allowDeselect={false}
          {...form.getInputProps('default_role')}
        />
        {save.error ? <ProblemAlert error={save.error} /> : null}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" loading={save.isPending}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

type Form = ReturnType<typeof useForm<Values>>

function OidcFields({ form, kept }: { form: Form; kept: boolean }): ReactNode {
  return (
    <>
      <TextInput
        label="Issuer"
        description="Its address as it writes it itself. What it says of itself is read below it."
        placeholder="https://login.example.com/tenant"
        required
        {...form.getInputProps('issuer')}
      />
      <TextInput label="Client ID" required autoComplete="off" {...form.getInputProps('client_id')} />
      <PasswordInput
        label="Client secret"
        description={
          kept
            ? 'One is kept in the vault. Leave this empty to keep it.'
            : 'It is kept in the vault and never shown again. A public client has none.'
        }
        autoComplete="off"
        {...form.getInputProps('client_secret')}
      />
    </>
  )
}

function SamlFields({ form }: { form: Form }): ReactNode {
  const read = form.values.metadata.trim() === '' ? null : readSamlMetadata(form.values.metadata)
  return (
    <>
      <Textarea
        label="Metadata of the provider"
        description="Paste the XML that it offers for download: the fields below fill themselves."
        autosize
        minRows={3}
        maxRows={8}
        value={form.values.metadata}
        onChange={event => {
          const metadata = event.currentTarget.value
          const found = readSamlMetadata(metadata)
          form.setValues({
            metadata,
            ...(found && {
              entity_id: found.entity_id,
              sso_url: found.sso_url,
              certificates: found.certificates.join('\n'),
            }),
          })
        }}
        error={read === undefined ? 'This is not the metadata of an identity provider.' : undefined}
      />
      {read ? (
        <Notice tone="good" icon={IconCircleCheck} title="The metadata was read">
          Only the fields below are saved.
        </Notice>
      ) : null}
      <TextInput label="Entity ID of the provider" required {...form.getInputProps('entity_id')} />
      <TextInput label="Sign-in address (HTTP-Redirect)" required {...form.getInputProps('sso_url')} />
      <Textarea
        label="Certificates for its signatures"
        description="One, or several while it changes them; PEM, or base64 on a line each."
        autosize
        minRows={2}
        maxRows={6}
        required
        {...form.getInputProps('certificates')}
      />
      <Switch
        label="People may begin at the provider"
        description="From its list of applications. Such a sign-in cannot be bound to the browser that asked for it, so leave it off unless you need it."
        {...form.getInputProps('idp_initiated', { type: 'checkbox' })}
      />
    </>
  )
}

function inputOf(values: Values): ProviderInput {
  const { name, domains, admits_unknown, enabled, client_secret } = values
  const default_role = givenRoles.find(role => role === values.default_role) ?? 'viewer'
  const settings: ProviderInput['settings'] =
    values.kind === 'oidc'
      ? { kind: 'oidc', issuer: values.issuer.trim(), client_id: values.client_id.trim() }
      : {
          kind: 'saml',
          entity_id: values.entity_id.trim(),
          sso_url: values.sso_url.trim(),
          certificates: certificatesIn(values.certificates),
          idp_initiated: values.idp_initiated,
        }
  return {
    name,
    domains,
    default_role,
    admits_unknown,
    enabled,
    settings,
    ...(client_secret !== '' && { client_secret }),
  }
}

/** PEM blocks, or else one on each line. */
function certificatesIn(text: string): string[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)
  return (
    blocks ??
    text
      .split('\n')
      .map(line => line.trim())
      .filter(Boolean)
  )
}
