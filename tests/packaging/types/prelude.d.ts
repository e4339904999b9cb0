// What examples of the README may use without declaring it.

declare const process: { readonly env: { readonly [name: string]: string } };
