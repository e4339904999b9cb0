interface ImportMeta {
  readonly env: { readonly VITE_BOX_HOSTS: string };
}
