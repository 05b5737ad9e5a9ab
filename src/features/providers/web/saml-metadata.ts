export interface SamlMetadata {
  readonly entity_id: string
  readonly sso_url: string
  readonly certificates: string[]
}

/** What of a SAML provider's metadata we need; undefined for a text that is none. It is read by the browser's own parser, which fetches nothing. */
export function readSamlMetadata(xml: string): SamlMetadata | undefined {
  const document = new DOMParser().parseFromString(xml, 'application/xml')
  const all = (parent: ParentNode, name: string) =>
    [...parent.querySelectorAll('*')].filter(element => element.localName === name)
  const entity = all(document, 'EntityDescriptor').find(element => all(element, 'IDPSSODescriptor').length > 0)
  const [descriptor] = entity ? all(entity, 'IDPSSODescriptor') : []
  const entity_id = entity?.getAttribute('entityID')
  if (!descriptor || !entity_id) return undefined
  const sso_url = all(descriptor, 'SingleSignOnService')
    .find(element => element.getAttribute('Binding')?.endsWith(':HTTP-Redirect'))
    ?.getAttribute('Location')
  const certificates = all(descriptor, 'KeyDescriptor')
    .filter(element => element.getAttribute('use') !== 'encryption')
    .flatMap(element => all(element, 'X509Certificate'))
    .map(element => (element.textContent ?? '').replace(/\s/g, ''))
  if (!sso_url || certificates.length === 0) return undefined
  return { entity_id, sso_url, certificates: [...new Set(certificates)] }
}
