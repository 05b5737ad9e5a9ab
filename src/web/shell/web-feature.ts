import type { Icon } from '@tabler/icons-react'

/** A line of the navigation. */
export interface NavigationItem {
  /** Its address, such as `/controls`. */
  readonly to: string
  readonly label: string
  readonly icon: Icon
  /** The key that follows G: `g c` opens Controls. */
  readonly key: string
}

/** A thing that the palette finds. */
export interface PaletteEntry {
  readonly id: string
  readonly label: string
  readonly description?: string
  readonly to: string
}

/** Where a feature's palette entries come from; asked when the palette is first opened. */
export interface PaletteSource {
  readonly group: string
  readonly queryKey: readonly unknown[]
  load(signal: AbortSignal): Promise<readonly PaletteEntry[]>
}

/** What a feature adds to the shell. The entry point lists them, in the order of the navigation. */
export interface WebFeature {
  readonly navigation: readonly NavigationItem[]
  readonly palette?: PaletteSource
}
