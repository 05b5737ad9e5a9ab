import {
  ActionIcon,
  Anchor,
  Button,
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  Menu,
  Modal,
  Paper,
  Tabs,
  Tooltip,
} from '@mantine/core'

const ink: MantineColorsTuple = [
  '#eef0fc',
  '#dbdff8',
  '#b7bef0',
  '#909bea',
  '#6f7ce3',
  '#5665db',
  '#3d4ec6',
  '#3342ac',
  '#2b3892',
  '#212b73',
]

/** Mantine's own greys of the dark scheme, tinted like the tokens: text first, ground last. */
const dark: MantineColorsTuple = [
  '#d5d9e0',
  '#bcc2cd',
  '#949cab',
  '#6b7383',
  '#3a414e',
  '#2b313b',
  '#1b1f26',
  '#15181e',
  '#0e1014',
  '#0a0b0e',
]

const inputs = { size: 'sm' } as const

/** Mantine's theme. Colours of surfaces and statuses are tokens of theme.css; this sets type, spacing and the components' defaults. */
export const theme = createTheme({
  colors: { ink, dark },
  primaryColor: 'ink',
  primaryShade: { light: 6, dark: 5 },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: "Inter, ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
  fontFamilyMonospace: "'JetBrains Mono', ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.5', lg: '1.5', xl: '1.5' },
  spacing: { xs: '0.5rem', sm: '0.75rem', md: '1rem', lg: '1.5rem', xl: '2rem' },
  radius: { xs: '3px', sm: '5px', md: '7px', lg: '10px', xl: '14px' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.375rem', lineHeight: '1.3' },
      h2: { fontSize: '0.9375rem', lineHeight: '1.4' },
      h3: { fontSize: '0.875rem', lineHeight: '1.4' },
    },
  },
  components: {
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray' } }),
    Anchor: Anchor.extend({ defaultProps: { underline: 'hover' } }),
    Button: Button.extend({ defaultProps: { size: 'xs', fw: 550 } }),
    Menu: Menu.extend({ defaultProps: { shadow: 'md', position: 'bottom-end' } }),
    Modal: Modal.extend({
      defaultProps: {
        radius: 'lg',
        overlayProps: { backgroundOpacity: 0.4 },
        closeButtonProps: { 'aria-label': 'Close' },
      },
    }),
    NumberInput: { defaultProps: inputs },
    Paper: Paper.extend({ defaultProps: { radius: 'lg' } }),
    PasswordInput: { defaultProps: inputs },
    Select: { defaultProps: { ...inputs, checkIconPosition: 'right' } },
    Tabs: Tabs.extend({ defaultProps: { keepMounted: false } }),
    TextInput: { defaultProps: inputs },
    Textarea: { defaultProps: { ...inputs, autosize: true, minRows: 2 } },
    Tooltip: Tooltip.extend({
      defaultProps: {
        withArrow: true,
        openDelay: 150,
        events: { hover: true, focus: true, touch: true },
        multiline: true,
        maw: 320,
      },
    }),
  },
})

/** Mantine's variables for surfaces and text, set to the tokens of theme.css, which know light and dark themselves. */
const surfaces = {
  '--mantine-color-body': 'var(--v-bg)',
  '--mantine-color-text': 'var(--v-text)',
  '--mantine-color-dimmed': 'var(--v-text-3)',
  '--mantine-color-placeholder': 'var(--v-text-3)',
  '--mantine-color-default': 'var(--v-surface)',
  '--mantine-color-default-hover': 'var(--v-surface-2)',
  '--mantine-color-default-border': 'var(--v-border-strong)',
  '--mantine-color-default-color': 'var(--v-text)',
  '--mantine-color-error': 'var(--v-bad)',
  '--mantine-color-anchor': 'var(--v-accent)',
}

export const cssVariablesResolver: CSSVariablesResolver = () => ({ variables: {}, light: surfaces, dark: surfaces })
