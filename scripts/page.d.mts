export declare const PAGE: string
export declare function freshPage(): void
export declare function buildPage(into: string): void
