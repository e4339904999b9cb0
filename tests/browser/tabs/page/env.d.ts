declare module "*?worker&url" {
  const url: string;
  export default url;
}

interface ImportMeta {
  readonly env: { readonly VITE_BOX_HOSTS: string };
}
