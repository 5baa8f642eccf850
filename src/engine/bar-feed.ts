export declare class BarFeed {}
